// Sizes of files.

const BYTES_PER_MB = 1_000_000;

export function megabytes(numBytes) {
  const size = numBytes / BYTES_PER_MB;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} MB`;
}
