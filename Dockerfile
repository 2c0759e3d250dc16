# One image for web, worker, beat and prepare; docker-compose.yml gives each its command. What only the demo, the tests and
# the developers need is left out: by .dockerignore, and by a lock file without the embedded engines.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/portal/.venv/bin:$PATH DATA_DIR=/data

RUN useradd --system --uid 10001 --home-dir /data --create-home portal

WORKDIR /portal
COPY requirements-production.lock .
RUN python -m venv .venv \
    && pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-production.lock
COPY . .
RUN python -c "from pathlib import Path; from portal.translations.compile import compile_translations as c; c(Path('locale'))"

USER portal
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "rsgi", "--no-ws", "--respawn-failed-workers", "--backlog", "2048", "--backpressure", "4096", "--http", "1", "--http1-header-read-timeout", "10000", "--host", "0.0.0.0", "--port", "8000", "portal.serving.gateway:gateway"]
