"""The Whisper speech recogniser on CTranslate2."""
