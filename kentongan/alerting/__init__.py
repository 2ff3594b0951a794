"""When the team is told of something at once: pure rules, their sentences, and when a message goes out."""
