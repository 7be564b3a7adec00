const words = /\b(and|or|unless|bool|offset|by|without|on|ignoring|group_left|group_right|inf|nan)\b/gi;
const grouping = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

/** The metrics that a PromQL expression names, and each label with the metrics it is asked of: all of them, where it is grouped by. */
export function namesIn(expression: string): {
  metrics: string[];
  labels: { label: string; of: string[] }[];
} {
  const unquoted = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const bare = unquoted
    .replace(grouping, " ")
    .replace(/\{[^}]*\}/g, " ")
    .replace(/\[[^\]]*\]/g, " ")
    .replace(words, " ");
  const metrics = [...bare.matchAll(/(?<![\w.$])[a-z_][a-z0-9_:]*(?![\w:]|\s*\()/gi)].map(([name]) => name);
  const matched = [...unquoted.matchAll(/([a-z_:][a-z0-9_:]*)\s*\{([^}]*)\}/gi)].flatMap(
    ([, metric = "", matchers = ""]) =>
      [...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => ({
        label,
        of: [metric],
      })),
  );
  const grouped = [...unquoted.matchAll(grouping)].flatMap(([, labels = ""]) =>
    labels.split(",").map((label) => ({ label: label.trim(), of: metrics })),
  );
  return { metrics, labels: [...matched, ...grouped] };
}
