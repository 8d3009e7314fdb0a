// SPDX-License-Identifier: Apache-2.0
//
// An application for trials, in one static file.
//
//   server serve PORT [ignore]    answers HTTP; with "ignore" it has a handler for SIGTERM that does nothing
//   server local PORT             the same on 127.0.0.1 only
//   server silent                 does nothing for ever
//   server exit CODE              says a line on each output and ends
//   server flood CODE             says a megabyte, then ends

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void deaf(int signal) { (void)signal; }
static void leave(int signal) {
    (void)signal;
    _exit(0);
}

static void answer(int peer, int status, const char *type, const char *body, size_t length) {
    char head[256];
    int size = snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", status,
                        type, length);
    if (write(peer, head, size) != size) return;
    while (length > 0) {
        ssize_t count = write(peer, body, length);
        if (count <= 0) return;
        body += count;
        length -= count;
    }
}

static void say(int peer, int status, const char *type, const char *format, ...) {
    char body[4096];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(body, sizeof body, format, values);
    va_end(values);
    answer(peer, status, type, body, size);
}

static void converse(int peer) {
    static char request[65536];
    size_t length = 0;
    char *end = NULL;
    while (length + 1 < sizeof request && !end) {
        ssize_t count = read(peer, request + length, sizeof request - 1 - length);
        if (count <= 0) return;
        length += count;
        request[length] = 0;
        end = strstr(request, "\r\n\r\n");
    }
    if (!end) return;
    if (!strncmp(request, "POST ", 5)) {
        char *field = strstr(request, "Content-Length: ");
        size_t wanted = field ? (size_t)atoi(field + 16) : 0;
        while (length < (size_t)(end + 4 - request) + wanted) {
            ssize_t count = read(peer, request + length, sizeof request - 1 - length);
            if (count <= 0) return;
            length += count;
        }
        answer(peer, 201, "text/plain", end + 4, wanted);
    } else if (!strncmp(request, "GET / ", 6)) {
        say(peer, 200, "text/plain; charset=utf-8", "hello");
    } else if (!strncmp(request, "GET /who ", 9)) {
        char host[64] = "";
        gethostname(host, sizeof host - 1);
        char *variable = getenv("GREETING");
        say(peer, 200, "application/json", "{\"user\":%d,\"group\":%d,\"process\":%d,\"host\":\"%s\",\"greeting\":\"%s\"}",
            getuid(), getgid(), getpid(), host, variable ? variable : "");
    } else if (!strncmp(request, "GET /asked ", 11)) {
        answer(peer, 200, "text/plain", request, end + 2 - request);
    } else if (!strncmp(request, "GET /write ", 11)) {
        int root = open("/written", O_CREAT | O_WRONLY, 0600), tmp = open("/tmp/written", O_CREAT | O_WRONLY, 0600);
        say(peer, 200, "application/json", "{\"root\":%s,\"tmp\":%s}", root < 0 ? "false" : "true",
            tmp < 0 ? "false" : "true");
        if (root >= 0) close(root);
        if (tmp >= 0) close(tmp);
    } else if (!strncmp(request, "GET /capabilities ", 18)) {
        char line[256], effective[64] = "?", bounding[64] = "?";
        FILE *status = fopen("/proc/self/status", "r");
        while (status && fgets(line, sizeof line, status)) {
            sscanf(line, "CapEff: %63s", effective);
            sscanf(line, "CapBnd: %63s", bounding);
        }
        if (status) fclose(status);
        say(peer, 200, "text/plain", "%s %s", effective, bounding);
    } else if (!strncmp(request, "GET /memory ", 12)) {
        // Touched and given back at once: only the peak shows it.
        size_t size = 64 << 20;
        char *block = malloc(size);
        if (block) memset(block, 'x', size);
        say(peer, 200, "text/plain", "%zu", block ? size : 0);
        free(block);
    } else if (!strncmp(request, "GET /changing ", 14)) {
        unsigned char id[8] = {0};
        int source = open("/dev/urandom", O_RDONLY);
        if (source >= 0 && read(source, id, sizeof id) < 0) id[0] = 0;
        if (source >= 0) close(source);
        char *variable = getenv("GREETING");
        say(peer, 200, "application/json", "{\"time\":%ld,\"id\":\"%02x%02x%02x%02x7a%02x\",\"greeting\":\"%s\"}",
            (long)time(NULL), id[0], id[1], id[2], id[3], id[4], variable ? variable : "");
    } else if (!strncmp(request, "GET /cookie ", 12)) {
        const char *text = "HTTP/1.1 200 OK\r\nSet-Cookie: sid=secret; Path=/; HttpOnly; Expires=Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                           "Server: tiny\r\nCache-Control: no-store\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n";
        if (write(peer, text, strlen(text)) < 0) return;
    } else if (!strncmp(request, "GET /big ", 9)) {
        size_t size = 2 << 20;
        char *body = malloc(size);
        memset(body, 'x', size);
        answer(peer, 200, "text/plain", body, size);
        free(body);
    } else if (!strncmp(request, "GET /redirect ", 14)) {
        const char *text = "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
        if (write(peer, text, strlen(text)) < 0) return;
    } else if (!strncmp(request, "GET /half ", 10)) {
        const char *text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc";
        if (write(peer, text, strlen(text)) < 0) return;
    } else if (!strncmp(request, "GET /gibberish ", 15)) {
        if (write(peer, "+PONG\r\n\r\n\r\n", 11) < 0) return;
    } else if (!strncmp(request, "GET /slow ", 10)) {
        sleep(60);
    } else if (!strncmp(request, "GET /crash ", 11)) {
        fprintf(stderr, "about to crash\n");
        exit(7);
    } else if (strncmp(request, "GET /close ", 11)) {
        say(peer, 404, "text/plain", "no such page");
    }
}

static int serve(int port, int only_local) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (only_local) address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 8)) {
        perror("listen");
        return 9;
    }
    printf("listening on %d\n", port);
    fflush(stdout);
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        if (peer < 0) continue;
        converse(peer);
        shutdown(peer, SHUT_WR);
        close(peer);
    }
}

int main(int count, char **words) {
    const char *verb = count > 1 ? words[1] : "";
    int number = count > 2 ? atoi(words[2]) : 0;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, count > 3 && !strcmp(words[3], "ignore") ? deaf : leave);
    if (!strcmp(verb, "serve")) return serve(number, 0);
    if (!strcmp(verb, "local")) return serve(number, 1);
    if (!strcmp(verb, "silent"))
        for (;;) pause();
    if (!strcmp(verb, "flood")) {
        for (int i = 0; i < 1 << 16; i++) printf("%015d\n", i);
        return number;
    }
    if (!strcmp(verb, "exit")) {
        printf("to the output\n");
        fprintf(stderr, "to the errors\n");
        return number;
    }
    fprintf(stderr, "unknown verb '%s'\n", verb);
    return 2;
}
