import type { PhpMap, PhpValue } from "../encode-php.ts";
import type { Random } from "../random.ts";
import type { Portal } from "../world.ts";

const tokenLifetime = 3600;

/** The tokens of one delivery: minted anew each time, but for the application's. */
export function userAuth(
  portal: Portal,
  random: Random,
  at: number,
  userId: string,
  refresh: boolean,
): PhpMap {
  return {
    access_token: random.hex(70),
    expires: String(at + tokenLifetime),
    expires_in: String(tokenLifetime),
    scope: "imopenlines,imconnector,im,imbot",
    domain: portal.domain,
    server_endpoint: "https://oauth.bitrix.info/rest/",
    status: "L",
    client_endpoint: `https://${portal.domain}/rest/`,
    member_id: portal.memberId,
    user_id: userId,
    ...(refresh ? { refresh_token: random.hex(70) } : {}),
    application_token: portal.applicationToken,
  };
}

/** Nobody acted: a robot, an agent, the system. */
export const systemAuth = (portal: Portal): PhpMap => ({
  domain: portal.domain,
  client_endpoint: `https://${portal.domain}/rest/`,
  server_endpoint: "https://oauth.bitrix.info/rest/",
  member_id: portal.memberId,
  application_token: portal.applicationToken,
});

/** As the newer bots' documentation shows it. */
export const bareAuth = (portal: Portal): PhpMap => ({
  domain: portal.domain,
  application_token: portal.applicationToken,
});

/** The same fact sent again through another subscription: other handler, other tokens, all else equal. */
export function remint(payload: PhpMap, random: Random): PhpMap {
  const again = (value: PhpValue, key: string): PhpValue => {
    if (key === "event_handler_id") return String(random.int(600, 999));
    if (key === "access_token" || key === "refresh_token") return random.hex(70);
    if (key === "expires") return String(Number(value) + random.int(1, 5));
    if (typeof value !== "object" || value === null) return value;
    return Array.isArray(value)
      ? value.map((item: PhpValue) => again(item, ""))
      : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, again(item, name)]));
  };
  return Object.fromEntries(Object.entries(payload).map(([name, item]) => [name, again(item, name)]));
}
