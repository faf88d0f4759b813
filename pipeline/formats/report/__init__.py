"""Report of a conversation as a page: findings, charts and the transcript."""
