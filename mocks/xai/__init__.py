"""How xAI speaks."""

from mocks.dialect import Dialect
from mocks.xai.deferred import is_deferred, result, uploaded
from mocks.xai.errors import refuse
from mocks.xai.models import image_model, image_models, model, models
from mocks.xai.requests import pictures

DIALECT = Dialect(
    refuse=refuse,
    fulfil={
        "generate": pictures,
        "edit": pictures,
        "deferred-result": result,
        "models": models,
        "model": model,
        "image-models": image_models,
        "image-model": image_model,
    },
    defers=lambda _, accepted: is_deferred(accepted),
    announce=uploaded,
)
