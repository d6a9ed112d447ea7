// Loaded by Node before a program (NODE_OPTIONS): a connection to a host on record goes to the
// mocks, whichever module makes it, and one to a host that nobody allowed is refused.

"use strict";

const net = require("node:net");

const told = process.env.IMAGINE_HARNESS_INTERCEPTION;
if (told === undefined) return; // a child that was given part of its parent's environment

const { mocked, allowed, direct, door, proxy } = JSON.parse(told);
const here = "127.0.0.1";
const plainPort = 80;
const connect = net.Socket.prototype.connect;

function isLoopback(host) {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$/.test(host);
}

// What connect was called with, in each of the ways in which Node allows it.
function asked([first, second, ...rest]) {
  if (Array.isArray(first)) return { options: first[0], then: first[1] };
  const then = [second, ...rest].find((each) => typeof each === "function");
  if (typeof first === "object" && first !== null) return { options: first, then };
  return { options: { port: first, host: typeof second === "string" ? second : "localhost" }, then };
}

// The proxy keeps the list of refused hosts, and says why; the socket fails with what it says.
function refuse(socket, host, port) {
  const asking = new net.Socket();
  let answer = "";
  asking.setEncoding("utf8").on("data", (part) => (answer += part));
  asking.on("error", () => {});
  asking.on("close", () => {
    const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    const why = answer ? JSON.parse(body).detail : `refused to connect to ${host}`;
    socket.destroy(Object.assign(new Error(why), { code: "ERR_IMAGINE_HARNESS_REFUSED" }));
  });
  connect.call(asking, { host: here, port: proxy }, () => asking.write(`CONNECT ${host}:${port} HTTP/1.0\r\n\r\n`));
}

net.Socket.prototype.connect = function (...given) {
  const { options, then } = asked(given);
  const host = String(options.host ?? "localhost").toLowerCase();
  if (options.path || isLoopback(host) || allowed.includes(host) || Number.isNaN(Number(options.port))) {
    return connect.apply(this, given);
  }
  if (mocked.includes(host)) {
    const port = Number(options.port) === plainPort ? door : direct;
    return connect.call(this, { ...options, host: here, port, lookup: undefined }, ...(then ? [then] : []));
  }
  this.connecting = true;
  refuse(this, net.isIPv6(host) ? `[${host}]` : host, options.port);
  return this;
};
