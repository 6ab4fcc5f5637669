"""The adapter that the program starts: passes questions to the process that has the signer, and answers back."""
import os
import socket
import sys
import threading


def main():
    # The file that the argument names, which only its owner can read, says where and with which word.
    with open(sys.argv[1], encoding="ascii") as address:
        port, token = address.read().split()
    with socket.create_connection(("127.0.0.1", int(port))) as connection:
        connection.sendall(f"{token}\n".encode())
        threading.Thread(target=ask, args=[connection], daemon=True).start()
        while answers := connection.recv(1 << 16):
            sys.stdout.buffer.write(answers)
            sys.stdout.buffer.flush()


def ask(connection):
    while questions := os.read(0, 1 << 16):
        connection.sendall(questions)
    connection.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
