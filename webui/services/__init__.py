"""What the page asks for; nothing here knows how a page is made."""
