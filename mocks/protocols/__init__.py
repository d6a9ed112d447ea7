"""The wire: HTTP, WebSocket and answers bit by bit, and the faults that break them."""
