"""What benchmarks lease models from: a service with the families of the installed plugins."""

from studio.models.service import ModelService
from studio.plugin_host import registry
from studio.settings import Settings


def model_service(settings: Settings) -> ModelService:
    return ModelService(settings, registry.load(settings).families)
