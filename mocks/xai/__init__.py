"""How xAI speaks."""

from imagine_harness.mocks.dialect import Dialect
from imagine_harness.mocks.xai.deferred import is_deferred, result, uploaded
from imagine_harness.mocks.xai.errors import refuse
from imagine_harness.mocks.xai.models import image_model, image_models, model, models
from imagine_harness.mocks.xai.requests import pictures

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
