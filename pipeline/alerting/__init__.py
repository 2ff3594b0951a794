"""Alerts: looking for what to tell, and carrying it by e-mail, webhook and Telegram."""
