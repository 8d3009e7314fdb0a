# A runtime that is not a kit.
FROM eclipse-temurin:21-jre
COPY shop.jar /shop.jar
CMD ["java", "-jar", "/shop.jar"]
