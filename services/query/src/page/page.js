// The status page: asks for a key, keeps it for this tab only, and shows what the API answers.
const store = "portalstream-key";
const byId = (id) => document.getElementById(id);

async function ask(path) {
  const answer = await fetch(path, { headers: { authorization: `Bearer ${sessionStorage.getItem(store)}` } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? body.title);
  return body;
}

function fill(id, heads, rows, onClick) {
  const table = byId(id);
  const line = (cells, tag) => {
    const row = document.createElement("tr");
    for (const cell of cells) {
      const element = document.createElement(tag);
      element.textContent = cell ?? "–";
      row.append(element);
    }
    return row;
  };
  table.replaceChildren(line(heads, "th"));
  for (const row of rows) {
    const element = line(row, "td");
    if (onClick) element.addEventListener("click", () => onClick(row));
    table.append(element);
  }
}

async function showPortal([memberId, domain]) {
  const path = `/v1/portals/${memberId}`;
  const to = new Date().toISOString();
  const from = new Date(Date.now() - 7 * 86_400_000).toISOString();
  const range = `from=${from}&to=${to}`;
  const [messages, times, sessions, last] = await Promise.all([
    ask(`${path}/analytics/messages?${range}`),
    ask(`${path}/analytics/response-times?${range}`),
    ask(`${path}/analytics/sessions?${range}`),
    ask(`${path}/messages?limit=20`),
  ]);
  byId("portal-name").textContent = `${domain}, last seven days`;
  const total = { ...messages.total[0], ...sessions.total[0] };
  const median = times.total[0]?.p50;
  fill(
    "figures",
    ["inbound", "outbound", "chats", "sessions opened", "unanswered", "median first response"],
    [
      [
        total.inbound,
        total.outbound,
        total.chats,
        total.opened,
        total.unanswered,
        median == null ? null : `${Math.round(median)} s`,
      ],
    ],
  );
  const rows = last.items.map((one) => [
    one.sentAt.slice(0, 19).replace("T", " "),
    one.author.name ?? one.author.kind,
    one.text,
  ]);
  fill("messages", ["sent, UTC", "who", "what"], rows);
}

async function show() {
  byId("problem").textContent = "";
  try {
    const { items } = await ask("/v1/portals?limit=1000");
    document.querySelector("main").hidden = false;
    const rows = items.map((one) => [one.memberId, one.domain, one.applications.join(", "), one.lastEventAt]);
    fill("portals", ["portal", "domain", "applications", "last event"], rows, (row) =>
      showPortal(row).catch(tell),
    );
    if (rows.length > 0) await showPortal(rows[0]);
  } catch (error) {
    tell(error);
  }
}

const tell = (error) => {
  byId("problem").textContent = error.message;
};

byId("key").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(store, new FormData(event.target).get("key"));
  show();
});
if (sessionStorage.getItem(store)) show();
