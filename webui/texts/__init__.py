"""Every visible word of the page, in Chinese and English."""
