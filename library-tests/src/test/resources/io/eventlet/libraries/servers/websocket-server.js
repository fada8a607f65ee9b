// SPDX-License-Identifier: Apache-2.0
// An echo server of npm's ws: PORT CONTEXT.
const { WebSocketServer } = require('ws');

const keeps = process.argv[3] === 'true';
const server = new WebSocketServer({
    host: '127.0.0.1',
    port: Number(process.argv[2]),
    maxPayload: 1 << 26,
    perMessageDeflate: {
        threshold: 0,
        serverNoContextTakeover: !keeps,
        clientNoContextTakeover: !keeps,
        clientMaxWindowBits: keeps ? 10 : undefined,
    },
    handleProtocols: protocols => (protocols.has('echo') ? 'echo' : false),
});
server.on('connection', socket => {
    socket.on('message', (data, isBinary) => {
        if (!isBinary && data.toString() === 'close') {
            socket.close(4000, 'as asked');
        } else if (!isBinary && data.toString() === 'fragments') {
            socket.send('frag', { fin: false });
            socket.ping('between');
            socket.send('ments', { fin: true });
        } else {
            socket.send(data, { binary: isBinary });
        }
    });
});
