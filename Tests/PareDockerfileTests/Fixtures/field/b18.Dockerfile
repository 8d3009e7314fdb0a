# A base for one platform only.
FROM mcr.microsoft.com/dotnet/runtime-deps:8.0
COPY shop /shop
ENTRYPOINT ["/shop"]
