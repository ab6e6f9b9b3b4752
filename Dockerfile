# Two stages: the first installs with hashes checked, the second has no compiler and no pip cache.
# Build:  docker build -t stopline .
# Run:    docker run --read-only --tmpfs /tmp --cap-drop ALL -p 127.0.0.1:8080:8080 \
#           -v stopline-data:/data stopline

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements-build.txt requirements.txt ./
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
      -r requirements-build.txt
RUN python -m venv /opt/stopline \
 && /opt/stopline/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
      -r requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src ./src
RUN /opt/build/bin/python -m hatchling build --target wheel --directory dist \
 && /opt/stopline/bin/pip install --no-cache-dir --no-index --no-deps dist/*.whl

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Stopline" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 stopline \
 && useradd --system --uid 10001 --gid stopline --no-create-home --shell /usr/sbin/nologin stopline \
 && install -d -o stopline -g stopline -m 0700 /data
COPY --from=build /opt/stopline /opt/stopline
ENV PATH=/opt/stopline/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STOPLINE_DATA=/data \
    STOPLINE_HOST=0.0.0.0 \
    STOPLINE_PORT=8080
# A number, so that orchestrators can see that it is not root.
USER 10001:10001
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["python", "-c", "import os,urllib.request as r; r.urlopen('http://127.0.0.1:'+os.environ['STOPLINE_PORT']+'/health/live', timeout=2)"]
ENTRYPOINT ["stopline"]
CMD ["serve", "--no-demo"]
