# The page is built with the development packages; what runs has the production ones alone.
# The tag is the version that package-lock.json pins for the machines of developers.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings Node itself: the install script of the npm package `node` is not needed.
RUN npm ci --ignore-scripts
COPY src ./src
COPY dashboards/web ./dashboards/web
RUN npm run build

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/tmp/compile-cache \
    SVITLO_DATA_DIR=/var/lib/svitlo
WORKDIR /app
RUN install -d -o node -g node -m 0700 /var/lib/svitlo
COPY package.json LICENSE ./
COPY --from=packages /app/node_modules ./node_modules
COPY src ./src
COPY collectors ./collectors
COPY deploy/healthcheck.ts ./deploy/healthcheck.ts
COPY --from=build /app/dashboards/web/dist ./dashboards/web/dist
USER node
VOLUME /var/lib/svitlo
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "deploy/healthcheck.ts"]
CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=512", "--no-parallel-scavenge", "src/main.ts"]
