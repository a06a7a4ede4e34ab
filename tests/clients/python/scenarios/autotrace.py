"""The seed's auto-tracing example as it stands; the environment says where MLflow and OpenAI are."""

import mlflow
from openai import OpenAI

mlflow.openai.autolog()

client = OpenAI()
response = client.responses.create(model="gpt-4o-mini", input="Hello, world!")
