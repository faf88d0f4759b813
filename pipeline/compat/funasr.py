"""Public names that FunASR has too; replace `funasr` in an import by `pipeline.compat.funasr`."""

from pipeline.compat.auto_model import AutoModel
from pipeline.compat.funasr_calls import FunasrCall, generate, read_arguments

__all__ = ["AutoModel", "FunasrCall", "generate", "read_arguments"]
