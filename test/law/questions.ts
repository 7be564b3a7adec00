/** Every question that the query API answers of a portal whose events lie in 2026. */
export function questionsOf(portal: string): string[] {
  const path = `/v1/portals/${portal}`;
  const range = "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z";
  const figures = ["messages", "response-times", "sessions"].flatMap((figure) =>
    ["none", "line", "connector", "operator"].map(
      (group) => `${path}/analytics/${figure}?${range}&interval=week&timezone=Europe/Berlin&groupBy=${group}`,
    ),
  );
  return [
    ...["chats", "messages", "sessions", "bots"].map((list) => `${path}/${list}?limit=1000`),
    ...figures,
  ];
}
