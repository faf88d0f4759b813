"""The Whisper recogniser on CTranslate2."""
