# escape=`
# Another escape character.
FROM mcr.example.com/windows/servercore:ltsc2022
RUN echo one `
    two
COPY app C:\app\
CMD ["C:\\app\\shop.exe"]
