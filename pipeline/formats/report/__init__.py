"""Conversation report as a web page: findings, charts and transcript."""
