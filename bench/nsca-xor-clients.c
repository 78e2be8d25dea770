/*
 * Clients of NSCA with XOR, each of which connects, reads the init packet, sends one result, half-closes and waits
 * for the close, over and over. They cost a fraction of what clients in JavaScript do, and leave the processor to
 * the server that is measured.
 *
 * nsca-xor-clients PORT CLIENTS CONNECTIONS PASSWORD GIVE_UP_MS < PACKET
 *
 * PACKET is a plain packet of 4304 bytes, whose time and CRC are put in here. Prints how many connections got no orderly
 * close behind their result.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { packet_bytes = 4304, iv_bytes = 128, init_bytes = 132, crc_at = 4, time_at = 8, clients_max = 1024 };

struct client {
  int fd; /* -1: none */
  int received;
  int is_sent;
  int64_t began_ms;
  unsigned char init[init_bytes];
};

static unsigned char plain[packet_bytes], secret[packet_bytes];
static uint32_t crc_table[256];
static struct client clients[clients_max];
static struct sockaddr_in server = {.sin_family = AF_INET};
static int poll_fd, started, connections, open_now, unserved;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The packet for a server's time; most connections have the time of the one before. */
static void set_time(const unsigned char *time) {
  if (memcmp(plain + time_at, time, 4) == 0) return;
  memcpy(plain + time_at, time, 4);
  memset(plain + crc_at, 0, 4);
  uint32_t crc = ~0u;
  for (int i = 0; i < packet_bytes; i++) crc = crc_table[(crc ^ plain[i]) & 255] ^ (crc >> 8);
  crc = htonl(~crc);
  memcpy(plain + crc_at, &crc, 4);
}

static void start(struct client *client) {
  client->fd = -1;
  if (started == connections) return;
  started++;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) fail("socket");
  if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) fail("connect");
  *client = (struct client){.fd = fd, .began_ms = now_ms()};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
  open_now++;
}

static void end(struct client *client, int is_served) {
  if (!is_served) unserved++;
  close(client->fd);
  open_now--;
  start(client);
}

static int send_result(struct client *client) {
  unsigned char packet[packet_bytes];
  set_time(client->init + iv_bytes);
  for (int i = 0; i < packet_bytes; i++) packet[i] = plain[i] ^ secret[i] ^ client->init[i % iv_bytes];
  client->is_sent = 1;
  return send(client->fd, packet, packet_bytes, MSG_NOSIGNAL) == packet_bytes && shutdown(client->fd, SHUT_WR) == 0;
}

static void receive(struct client *client) {
  unsigned char more[init_bytes];
  ssize_t bytes = recv(client->fd, more, sizeof more, 0);
  if (bytes < 0 && errno == EAGAIN) return;
  if (bytes <= 0 || client->received + bytes > init_bytes) {
    end(client, bytes == 0 && client->is_sent);
    return;
  }
  memcpy(client->init + client->received, more, bytes);
  client->received += bytes;
  if (client->received == init_bytes && !send_result(client)) end(client, 0);
}

static void give_up(int count, int give_up_ms) {
  for (int i = 0; i < count; i++) {
    if (clients[i].fd >= 0 && now_ms() - clients[i].began_ms > give_up_ms) end(&clients[i], 0);
  }
}

int main(int argc, char **argv) {
  if (argc != 6 || fread(plain, 1, packet_bytes, stdin) != packet_bytes) return 2;
  int count = atoi(argv[2]), give_up_ms = atoi(argv[5]);
  if (count < 1 || count > clients_max) return 2;
  connections = atoi(argv[3]);
  server.sin_port = htons(atoi(argv[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  size_t length = strlen(argv[4]);
  for (int i = 0; length > 0 && i < packet_bytes; i++) secret[i] = argv[4][i % length];
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    crc_table[i] = crc;
  }
  if ((poll_fd = epoll_create1(0)) < 0) fail("epoll_create1");
  for (int i = 0; i < count; i++) start(&clients[i]);
  int64_t looked_ms = now_ms();
  while (open_now > 0) {
    struct epoll_event events[64];
    int ready = epoll_wait(poll_fd, events, 64, 500);
    for (int i = 0; i < ready; i++) receive(events[i].data.ptr);
    if (now_ms() - looked_ms < 500) continue;
    looked_ms = now_ms();
    give_up(count, give_up_ms);
  }
  printf("%d\n", unserved);
  return 0;
}
