# One image for every process of Kentongan: web, worker, crawler, and the commands by hand.
# docker-compose.yml beside this file says how they run together; docs/operations.md explains both.

FROM python:3.11-slim-bookworm AS build
# Arguments for pip that lead to another build of torch, for example the `--extra-index-url` of the
# CPU build that PyTorch's own installation page names. Empty, pip takes the default build: it works
# as well, but on x86-64 brings several gigabytes of GPU libraries that this service never uses.
ARG TORCH_INDEX_ARGS=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/kentongan && /opt/kentongan/bin/pip install --upgrade "pip>=24.2"
WORKDIR /src
COPY requirements.lock ./
RUN /opt/kentongan/bin/pip install ${TORCH_INDEX_ARGS} --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY kentongan kentongan
COPY crawler crawler
COPY classifier classifier
COPY search search
COPY pipeline pipeline
COPY webui webui
COPY cli cli
RUN /opt/kentongan/bin/pip install --no-deps .

FROM python:3.11-slim-bookworm
# Screenshots are read by Tesseract, with its Indonesian.
RUN apt-get update && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-ind \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 kentongan \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin kentongan \
    && install -d -o 10001 -g 10001 -m 0750 /data
COPY --from=build /opt/kentongan /opt/kentongan
COPY models /app/models
ENV PATH=/opt/kentongan/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KENTONGAN_HOME=/data \
    KENTONGAN_MODEL=/app/models/kentongan-e5-small-id
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8080
# For the web process, the image's own; docker-compose.yml gives the worker and the crawler theirs.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=8)"]
CMD ["kentongan", "serve"]
