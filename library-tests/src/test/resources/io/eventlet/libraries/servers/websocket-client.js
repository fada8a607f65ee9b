// SPDX-License-Identifier: Apache-2.0
// Sends messages by npm's ws and looks at what comes back: URL COMPRESSES.
const WebSocket = require('ws');
const assert = require('assert');

const messages = ['', 'hello', 'κόσμε 😀', 'long '.repeat(100000), Buffer.alloc(0),
    Buffer.from([0, 255, 128]), Buffer.alloc(1000000, 'ab')];
const socket = new WebSocket(process.argv[2], ['other', 'echo'], {
    perMessageDeflate: process.argv[3] === 'true' ? { threshold: 0 } : false,
});
let next = 0;
let ponged = false;

socket.on('open', () => {
    socket.ping('are you there');
    for (const message of messages.slice(0, -1)) {
        socket.send(message);
    }
    const last = messages[messages.length - 1]; // in fragments
    socket.send(last.subarray(0, 10), { fin: false, binary: true });
    socket.send(last.subarray(10), { fin: true, binary: true });
});
socket.on('pong', data => { ponged = data.toString() === 'are you there'; });
socket.on('message', (data, isBinary) => {
    const sent = messages[next++];
    assert.strictEqual(isBinary, typeof sent !== 'string');
    assert.ok(Buffer.from(sent).equals(data));
    if (next === messages.length) {
        socket.close(4001, 'done');
    }
});
socket.on('close', code => {
    console.log([socket.protocol, socket.extensions, ponged, next, code].join('|'));
});
