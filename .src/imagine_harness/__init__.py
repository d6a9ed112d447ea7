"""Contract tests and mock providers for image-generation APIs."""

from imagine_harness.harness import check_client, check_gateway, check_server

__all__ = ["check_client", "check_gateway", "check_server"]
