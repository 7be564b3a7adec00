/** What went wrong, as the caller is told it: RFC 9457 with a stable `code`. Never put a received value into `detail`. */
export type ProblemInit = {
  status: number;
  code: string;
  title: string;
  detail?: string;
  headers?: Readonly<Record<string, string>>;
};

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(init: ProblemInit) {
    super(init.detail ?? init.title);
    this.name = "Problem";
    this.status = init.status;
    this.code = init.code;
    this.title = init.title;
    this.detail = init.detail ?? null;
    this.headers = init.headers ?? {};
  }

  toJSON(): { type: string; title: string; status: number; code: string; detail?: string } {
    const { title, status, code, detail } = this;
    const type = `urn:portalstream:problem:${code}`;
    return detail === null ? { type, title, status, code } : { type, title, status, code, detail };
  }
}
