"""Many chats at once against the real server, as browsers talk to it, while documents come and go."""
