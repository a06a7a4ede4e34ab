"""Setup A: MLflow is the only exporter; it shares the global tracer provider with FastAPI's instrumentation."""

import serve_questions
from fastapi_app import app

serve_questions.run(app)
