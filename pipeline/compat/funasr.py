"""FunASR's public names, for imports from `pipeline.compat.funasr` in place of `funasr`."""

from pipeline.compat.auto_model import AutoModel
from pipeline.compat.funasr_calls import FunasrCall, generate, read_arguments

__all__ = ["AutoModel", "FunasrCall", "generate", "read_arguments"]
