"""The page's texts, in Chinese and English."""
