"""Serves an app with uvicorn on a free port, asks it questions one after another over HTTP, and stops it.

Two questions by default: MLflow 3.18 hooks itself into the tracer provider with its first span, which is inside the first
request, so the client's copy of that request's server span is lost before anything is sent. The second request shows how
the two SDKs merge from then on.
"""

import socket
import threading

import httpx
import uvicorn
from fastapi import FastAPI

QUESTIONS = ("What is a trace?", "What is a span?")


def run(app: FastAPI, questions: tuple[str, ...] = QUESTIONS) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/rag/v1/answer"
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        client = threading.Thread(target=_ask, args=(url, questions, server))
        client.start()  # the listener queues the request until uvicorn accepts
        server.run(sockets=[listener])
        client.join()


def _ask(url: str, questions: tuple[str, ...], server: uvicorn.Server) -> None:
    try:
        for question in questions:
            answer = httpx.post(url, json={"question": question}, timeout=60)
            print(answer.status_code, answer.text, flush=True)
    finally:
        server.should_exit = True
