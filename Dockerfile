# Builds Lastword with a JDK and runs it, as nobody in particular, with a JRE.
#   docker build -t lastword:0.1.0 .
#   docker run -p 127.0.0.1:8080:8080 -v lastword_data:/data lastword:0.1.0

FROM eclipse-temurin:25.0.1_8-jdk-noble AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY api api
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -q -Dmaven.test.skip=true package

FROM eclipse-temurin:25.0.1_8-jre-noble
# For the health check alone.
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 /data
WORKDIR /opt/lastword
COPY --from=build /build/target/lib lib
COPY --from=build /build/target/lastword.jar ./
COPY LICENSE NOTICE jvm.options ./
COPY deploy/lastword /usr/local/bin/lastword
# The program shows itself once to the Java machine, which keeps what it learned and starts in half the time then. Where
# that fails it starts all the same.
RUN java @/opt/lastword/jvm.options -XX:AOTCacheOutput=/opt/lastword/lastword.aot -jar /opt/lastword/lastword.jar demo --once --brief \
    || echo "lastword: it will start without its cache"
ENV LASTWORD_DATA=/data
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
    CMD curl -fsS -o /dev/null "http://localhost:${LASTWORD_PORT:-8080}/health/ready" || exit 1
ENTRYPOINT ["lastword"]
CMD ["serve"]
