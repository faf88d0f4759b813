"""Texts of the page, in Chinese and English."""
