// Sizes of files.

const BYTES_PER_MB = 1_000_000;

const BYTES_PER_KB = 1_000;

/** Return a file's size in B, KB or MB. */
export function byteText(numBytes) {
  if (numBytes < BYTES_PER_KB) return `${numBytes} B`;
  if (numBytes < BYTES_PER_MB) return `${Math.round(numBytes / BYTES_PER_KB)} KB`;
  return megabytes(numBytes);
}

export function megabytes(numBytes) {
  const size = numBytes / BYTES_PER_MB;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} MB`;
}
