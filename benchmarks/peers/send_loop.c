/* The least that a fan-out costs: one send() per socket and message, and nothing else.
 *
 *     send_loop PORT REDIS_PORT REDIS_PASSWORD
 *
 * It speaks as much of WebSocket and Socket.IO as the benchmark's clients need, puts every client
 * into one room, and ends when anything goes wrong. Clients read; nothing is kept for slow ones. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MOST_CLIENTS 20000
#define BUFFER_SIZE (1 << 20)
#define TOPIC "parley:conversation:1"

enum state { CLOSED, HANDSHAKE, UPGRADED, JOINED };

/* The clients always send the key of RFC 6455's example, which makes this the answer. */
static const char UPGRADE[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static const char READY[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
static const char OPEN[] = "0{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":3600000,\"pingTimeout\":20000}";
static const char CONNECTED[] = "40{\"sid\":\"a\"}";
static const char WELCOME[] = "42[\"notice\",{\"type\":\"ready\"}]";

static enum state states[MOST_CLIENTS];
static int members[MOST_CLIENTS], member_count;
static char buffer[BUFFER_SIZE], frame[BUFFER_SIZE + 64];
static size_t filled;

static void write_all(int fd, const char *data, size_t size) {
    if (send(fd, data, size, MSG_NOSIGNAL) != (ssize_t)size) err(1, "send");
}

/* Puts the head of a text frame of `size` bytes before `frame + 10` and returns where it begins. */
static char *with_head(size_t size) {
    char *start = frame + 10 - (size < 126 ? 2 : 4);
    start[0] = (char)0x81;
    start[1] = size < 126 ? (char)size : 126;
    if (size >= 126) start[2] = (char)(size >> 8), start[3] = (char)size;
    return start;
}

static void send_text(int fd, const char *text) {
    size_t size = strlen(text);
    memcpy(frame + 10, text, size);
    char *start = with_head(size);
    write_all(fd, start, (size_t)(frame + 10 + size - start));
}

static void deliver(const char *event, size_t size) {
    static const char before[] = "42[\"event\",";
    size_t total = sizeof before - 1 + size + 1;
    memcpy(frame + 10, before, sizeof before - 1);
    memcpy(frame + 10 + sizeof before - 1, event, size);
    frame[10 + total - 1] = ']';
    char *start = with_head(total);
    for (int i = 0; i < member_count; i++)
        write_all(members[i], start, (size_t)(frame + 10 + total - start));
}

/* Delivers every whole message in `buffer`: RESP's array of "message", topic and payload. */
static void read_redis(int redis) {
    static const char topic[] = "$21\r\n" TOPIC "\r\n$";
    ssize_t got = recv(redis, buffer + filled, sizeof buffer - filled, 0);
    if (got <= 0) errx(1, "Redis closed the connection");
    filled += (size_t)got;
    char *position = buffer, *end = buffer + filled, *found;
    while ((found = memmem(position, (size_t)(end - position), topic, sizeof topic - 1))) {
        char *digits = found + sizeof topic - 1, *payload = memchr(digits, '\n', (size_t)(end - digits));
        size_t size = strtoul(digits, NULL, 10);
        if (!payload || (size_t)(end - ++payload) < size + 2) break;
        if (memmem(position, (size_t)(found - position), "message", 7)) deliver(payload, size);
        position = payload + size + 2;
    }
    filled = (size_t)(end - position);
    memmove(buffer, position, filled);
}

static void leave(int fd) {
    for (int i = 0; i < member_count; i++)
        if (members[i] == fd) members[i] = members[--member_count];
    states[fd] = CLOSED;
    close(fd);
}

/* A client's requests are small and each comes in one packet. */
static void read_client(int fd) {
    char data[4096];
    ssize_t got = recv(fd, data, sizeof data - 1, 0);
    if (got <= 0) {
        leave(fd);
        return;
    }
    data[got] = 0;
    if (states[fd] == HANDSHAKE && strcasestr(data, "websocket")) {
        write_all(fd, UPGRADE, sizeof UPGRADE - 1);
        send_text(fd, OPEN);
        states[fd] = UPGRADED;
    } else if (states[fd] == HANDSHAKE) {
        write_all(fd, READY, sizeof READY - 1);
        leave(fd);
    } else if (states[fd] == UPGRADED) {
        send_text(fd, CONNECTED);
        send_text(fd, WELCOME);
        members[member_count++] = fd;
        states[fd] = JOINED;
    }
}

static int local(int port, int is_server) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (is_server ? bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096)
                  : connect(fd, (struct sockaddr *)&address, sizeof address))
        err(1, "port %d", port);
    return fd;
}

int main(int count, char **words) {
    if (count != 4) errx(2, "send_loop PORT REDIS_PORT REDIS_PASSWORD");
    int server = local(atoi(words[1]), 1), redis = local(atoi(words[2]), 0), poll = epoll_create1(0);
    char subscribe[512];
    snprintf(subscribe, sizeof subscribe, "AUTH %s\r\nSUBSCRIBE " TOPIC "\r\n", words[3]);
    write_all(redis, subscribe, strlen(subscribe));
    int watched[] = {server, redis};
    for (int i = 0; i < 2; i++)
        epoll_ctl(poll, EPOLL_CTL_ADD, watched[i],
                  &(struct epoll_event){.events = EPOLLIN, .data.fd = watched[i]});
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd, one = 1;
            if (fd == redis) {
                read_redis(redis);
            } else if (fd != server) {
                read_client(fd);
            } else if ((fd = accept(server, NULL, NULL)) >= 0 && fd < MOST_CLIENTS) {
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                states[fd] = HANDSHAKE;
                epoll_ctl(poll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
            }
        }
    }
}
