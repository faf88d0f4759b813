"""From the bytes of a file to blocks of samples, by whichever library reads them."""
