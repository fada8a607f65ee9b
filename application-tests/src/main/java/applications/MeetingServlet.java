// SPDX-License-Identifier: Apache-2.0
package applications;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;

/// A servlet that blocks.
final class MeetingServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient Meeting meeting;

    MeetingServlet(int count) {
        meeting = new Meeting(count);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentType("text/plain");
        response.getWriter().print(meeting.answer(request.getRequestURI()));
    }
}
