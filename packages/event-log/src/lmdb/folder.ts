import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { lockForWriting } from "./writer-lock.ts";

/** Makes the folder and takes it for this writer; returns what lets go of it. */
export function lockFolder(path: string): () => void {
  mkdirSync(path, { recursive: true });
  return lockForWriting(join(path, "writer.lock"));
}

/** LMDB syncs its files; that they exist is up to their folders. */
export function syncFolders(path: string, environments: readonly string[]): void {
  for (const created of [...environments, ".", ".."]) syncFolder(join(path, created));
}

function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, "r");
  } catch {
    // Windows opens no folders, and a parent folder may be none of ours to read.
    return;
  }
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
