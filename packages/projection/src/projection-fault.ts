/** A record of which no rows can be made. */
export class ProjectionFault extends Error {
  readonly code: "unidentified_message";
  readonly retriable = false;
  constructor(code: "unidentified_message") {
    super("the message has neither a Bitrix24 id nor the ids of its connector");
    this.code = code;
  }
}
