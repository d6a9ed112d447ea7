"""Who is tried: clients, servers and gateways, each in a testbed."""
