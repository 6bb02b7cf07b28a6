import java.nio.file.*;
import java.sql.*;
import java.util.*;

/** A JDBC client: asks until the stop file is there, and prints what it saw, the errors too, as one line of JSON.
 *  Arguments: address, user, password, statement, stop file. A new connection every tenth time, as a pool would. */
public class JdbcReader {
    public static void main(String[] given) throws Exception {
        Properties who = new Properties();
        if (!given[1].isEmpty()) { who.put("user", given[1]); who.put("password", given[2]); }
        if (given[0].startsWith("jdbc:duckdb:")) who.put("duckdb.read_only", "true");
        Set<String> seen = new LinkedHashSet<>();
        int reads = 0;
        String wrong = "";
        boolean last = false;
        while (!last && wrong.isEmpty()) {
            try (Connection connection = DriverManager.getConnection(given[0], who);
                 PreparedStatement asked = connection.prepareStatement(given[3])) {
                for (int n = 0; n < 10 && !last; n++) {
                    last = Files.exists(Path.of(given[4]));
                    try (ResultSet rows = asked.executeQuery()) {
                        rows.next();
                        seen.add(rows.getString(1));
                        if (++reads == 1) System.out.println("reading");
                    }
                }
            } catch (SQLException problem) {
                wrong = problem.getMessage().replaceAll("[\"\\\\\\s]+", " ");
            }
        }
        System.out.println("{\"reads\": " + reads + ", \"seen\": [\"" + String.join("\", \"", seen)
            + "\"], \"wrong\": \"" + wrong + "\"}");
    }
}
