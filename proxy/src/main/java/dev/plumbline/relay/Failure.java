package dev.plumbline.relay;

/**
 * Why an exchange could not be carried out, in the three forms it is told: to the client, to programs, to people.
 *
 * @param status the status code a client gets, when it can still get one
 * @param code a word for programs: {@code connect-refused}
 * @param sentence for people: who failed, and how
 */
record Failure(int status, String code, String sentence) {
    static Failure badGateway(String code, String sentence) {
        return new Failure(502, code, sentence);
    }

    static Failure timeout(String code, String sentence) {
        return new Failure(504, code, sentence);
    }
}
