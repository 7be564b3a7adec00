import { createRequire } from "node:module";
import { Pieces } from "./pieces.ts";

const require = createRequire(import.meta.url);
const lengthBytes = 4;
const headBytes = 8;

/**
 * kafkajs 2.2.4 copies what arrived of an answer into one buffer before it decodes it; for megabytes that is memory fresh from the
 * system, page by page. Answers to requests of this name are handed to their decoder in the pieces in which they arrived.
 */
export function withAnswersInPieces(apiName: string): void {
  const Connection: { prototype: Receiving } = require("kafkajs/src/network/connection");
  const { processData } = Connection.prototype;
  Connection.prototype.processData = function receive(this: Receiving, chunk: Buffer) {
    const whole = this.bytesNeeded;
    const [first] = this.chunks;
    const known = this.authHandlers === null && whole > lengthBytes && first !== undefined;
    if (!known || first.length < headBytes || this.bytesBuffered + chunk.length < whole)
      return processData.call(this, chunk);
    const correlationId = first.readInt32BE(lengthBytes);
    if (this.requestQueue.inflight.get(correlationId)?.entry.apiName !== apiName)
      return processData.call(this, chunk);
    const own = chunk.length - (this.bytesBuffered + chunk.length - whole);
    const payload = new Pieces([first.subarray(headBytes), ...this.chunks.slice(1), chunk.subarray(0, own)]);
    this.chunks = [];
    this.bytesBuffered = 0;
    this.bytesNeeded = lengthBytes;
    this.requestQueue.fulfillRequest({ size: whole - lengthBytes, correlationId, payload });
    // The beginning of the next answer.
    if (own < chunk.length) processData.call(this, chunk.subarray(own));
  };
}

type Receiving = {
  chunks: Buffer[];
  bytesBuffered: number;
  /** Of the answer that is arriving, with the bytes of its length; no more than those while it is not known. */
  bytesNeeded: number;
  authHandlers: object | null;
  requestQueue: {
    inflight: ReadonlyMap<number, { entry: { apiName: string } }>;
    fulfillRequest(answer: { size: number; correlationId: number; payload: Pieces }): void;
  };
  processData(this: Receiving, chunk: Buffer): void;
};
